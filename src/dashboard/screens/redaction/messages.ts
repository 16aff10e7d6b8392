/** The texts of the redaction screen. */
export const messages = {
  redactionSaved: 'Saved. Applies to new events.',
  pathsOnePerLine: 'Paths, one per line',
  pathsExample: 'card.number\n**.cvv',
  pathsHint:
    'For example card.number, items[*].iban or **.cvv: * matches any member, ** any number of levels. Case, _ and - are ignored.',
  detectCardNumbers: 'Detect card numbers in any value',
  detectCardNumbersHint:
    'Also replaces values with 13 to 19 digits that pass the Luhn check. One in ten other numbers of this length passes it too.',
  resetToDefaults: 'Reset to defaults',
  save: 'Save',
  redaction: 'Redaction',
  redacted: '[REDACTED]',
  introduction: 'Matching values are replaced with {code} before an event is stored or sent. Applies to new events.',
  settings: 'settings',
} as const;
