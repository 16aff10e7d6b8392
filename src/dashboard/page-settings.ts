/** What the operator has set for this page: see `BRAND_NAME` and the settings beside it. */
export interface PageSettings {
  readonly brand: {
    readonly name: string;
    /** Null: the logo of Livehook. */
    readonly logoUrl: string | null;
    /** `#rrggbb`. Null: the colour of Livehook. */
    readonly accentColor: string | null;
    /** For people who have not chosen one. */
    readonly theme: 'system' | 'light' | 'dark';
  };
  /** Returns a new token to a portal customer. Null: none. */
  readonly portalRefreshUrl: string | null;
  /** Whether the API accepts requests of a page in a sandboxed frame without `allow-same-origin`. */
  readonly acceptsSandbox: boolean;
}

const byDefault: PageSettings = {
  brand: { name: 'Livehook', logoUrl: null, accentColor: null, theme: 'system' },
  portalRefreshUrl: null,
  acceptsSandbox: true,
};

/** From the page itself, into which the server puts them. The development server does not. */
export const pageSettings: PageSettings = {
  ...byDefault,
  ...JSON.parse(document.querySelector<HTMLMetaElement>('meta[name="livehook-page"]')?.content || '{}'),
};
