/**
 * A value that the browser keeps (`local`) or this tab keeps (`session`). If storage is blocked (in a sandboxed frame
 * or by a browser setting) or full, the value is kept until the page is closed.
 */
export interface StoredText {
  read(): string | null;
  /** Stores the text. Null removes it. */
  write(text: string | null): void;
  /** Whether a value that is written now could be read after a page reload. */
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
        // Reading `localStorage` or `sessionStorage` throws if storage is blocked.
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
