/** The option of every command that reads the settings of a server. */
export const configOption = [
  '--config <file>',
  'a configuration file in YAML; default: livehook.yaml, if it exists',
] as const;
