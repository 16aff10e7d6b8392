/**
 * The default redaction paths: card number, security code, and the data of the magnetic stripe and chip, by their usual
 * names and at any depth. PCI DSS forbids storing security codes after authorization (requirement 3.3).
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
