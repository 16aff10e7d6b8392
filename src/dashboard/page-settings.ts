/** The settings of the operator for this page: `BRAND_NAME` and the related settings of the server. */
export interface PageSettings {
  readonly brand: {
    readonly name: string;
    /** Null for the logo of Livehook. */
    readonly logoUrl: string | null;
    /** `#rrggbb`. Null for the accent color of Livehook. */
    readonly accentColor: string | null;
    /** The theme of users who have not chosen one. */
    readonly theme: 'system' | 'light' | 'dark';
  };
  /** The URL that returns a new token to a portal customer. Null if the operator has set none. */
  readonly portalRefreshUrl: string | null;
  /** Whether the API accepts requests from a page in a sandboxed frame without `allow-same-origin`. */
  readonly acceptsSandbox: boolean;
}

const byDefault: PageSettings = {
  brand: { name: 'Livehook', logoUrl: null, accentColor: null, theme: 'system' },
  portalRefreshUrl: null,
  acceptsSandbox: true,
};

/** The server writes the settings into the page as JSON. The Vite development server does not, so defaults are used. */
export const pageSettings: PageSettings = {
  ...byDefault,
  ...JSON.parse(document.querySelector<HTMLMetaElement>('meta[name="livehook-page"]')?.content || '{}'),
};
