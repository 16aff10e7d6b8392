import { useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';

/** Returns the query string of the page URL, without `?`. Unlike that of wouter it is not decoded. */
export function useQueryText(): string {
  return useSearch().replace(/^\?/, '');
}

/**
 * Returns the parameters in the query string of the page URL, and a function that replaces them. `useSearchParams` of
 * wouter decodes the values twice, so a search for the text `%41` would become one for `A`.
 */
export function useQueryParams() {
  const text = useQueryText();
  const [location, navigate] = useLocation();
  const params = useMemo(() => new URLSearchParams(text), [text]);
  const setParams = useCallback(
    (next: URLSearchParams | Readonly<Record<string, string>>, options: { readonly replace: boolean }) => {
      const query = new URLSearchParams(next).toString();
      navigate(`${location}${query && `?${query}`}`, options);
    },
    [location, navigate],
  );
  return [params, setParams] as const;
}
