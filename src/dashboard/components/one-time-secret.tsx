import { CopyButton } from './copy-button.tsx';

export interface OneTimeSecretProps {
  /** What it is called, such as `API key`. */
  readonly what: string;
  readonly secret: string;
  /** What to do with it, and that it is not shown again. */
  readonly children: string;
}

/** A secret that was just made and is kept nowhere: shown this once, whole, and ready to be copied. */
export function OneTimeSecret({ what, secret, children }: OneTimeSecretProps) {
  return (
    <>
      <p className="banner banner-warning">{children}</p>
      <div className="secret-once">
        <code>{secret}</code>
        <CopyButton what={what} text={secret}>
          Copy
        </CopyButton>
      </div>
    </>
  );
}
