/**
 * What is redacted unless a tenant says otherwise: the number of a card, its security code, and what is read from its
 * stripe and chip, by their usual names, at any depth. Of these, PCI DSS lets nobody keep the codes (requirement 3.3).
 *
 * @see https://www.pcisecuritystandards.org/document_library/
 */
export const cardPaths: readonly string[] = [
  'pan',
  'primaryAccountNumber',
  'cardNumber',
  'cardNo',
  'creditCardNumber',
  'debitCardNumber',
  'ccNumber',
  'card.number',
  'creditCard.number',
  'debitCard.number',
  'cvv',
  'cvv2',
  'cvc',
  'cvc2',
  'csc',
  'cardCvv',
  'cardCvc',
  'cvvCode',
  'cvcCode',
  'cardCode',
  'securityCode',
  'cardSecurityCode',
  'cardVerificationValue',
  'cardVerificationCode',
  'pinBlock',
  'trackData',
  'track1',
  'track2',
  'magstripe',
].map(path => `**.${path}`);
