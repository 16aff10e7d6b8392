import { pageSettings } from '../page-settings.ts';

/** The logo of the operator, or that of Livehook. */
export function BrandLogo({ size }: { readonly size: number }) {
  return <img src={pageSettings.brand.logoUrl ?? 'favicon.svg'} alt="" width={size} height={size} />;
}
