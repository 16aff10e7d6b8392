/**
 * A value that this browser (`local`) or this tab (`session`) keeps. Where storage is blocked, as in a sandboxed frame or by
 * the browser's settings, or is full, the value lasts as long as the page.
 */
export interface StoredText {
  read(): string | null;
  /** Null removes it. */
  write(text: string | null): void;
  /** Whether the next page load would read what is written now. */
  isStored(): boolean;
}

export function openStoredText(kind: 'local' | 'session', key: string): StoredText {
  let unstored: string | null = null;
  let isStored = false;
  return {
    read() {
      try {
        return storageOf(kind).getItem(key);
      } catch {
        // The getter itself throws where storage is blocked.
        return unstored;
      }
    },
    isStored() {
      return isStored;
    },
    write(text) {
      unstored = text;
      isStored = true;
      try {
        if (text === null) storageOf(kind).removeItem(key);
        else storageOf(kind).setItem(key, text);
      } catch (error) {
        isStored = false;
        console.warn(`This browser does not store ${key}:`, error);
      }
    },
  };
}

function storageOf(kind: 'local' | 'session'): Storage {
  return kind === 'local' ? localStorage : sessionStorage;
}
