import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Tooltip as AriaTooltip, TooltipTriggerStateContext } from 'react-aria-components';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface TooltipProps {
  readonly id: string;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly shortcut: string | undefined;
  readonly children: ReactNode;
  /** Called when the pointer enters or leaves the tooltip. `isNow`: the tooltip must close at once, for example on Escape. */
  readonly onOpenChange: (isOpen: boolean, isNow?: boolean) => void;
}

/** The open tooltip of a button. */
export default function Tooltip({ id, anchor, shortcut, children, onOpenChange }: TooltipProps) {
  const latest = useRef(onOpenChange);
  latest.current = onOpenChange;
  useEffect(() => {
    // Escape closes only the tooltip, and not the dialog that contains the button.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      latest.current(false, true);
    };
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
  const state = {
    isOpen: true,
    shouldSkipAnimation: true,
    open: () => onOpenChange(true),
    close: (isNow?: boolean) => onOpenChange(false, isNow),
  };
  return (
    <TooltipTriggerStateContext value={state}>
      {/* The element takes the id, but its type lacks it. */}
      <AriaTooltip {...{ id }} triggerRef={anchor} offset={6} className={classNames(styles.tooltip)}>
        {children}
        {shortcut && <kbd>{shortcut}</kbd>}
      </AriaTooltip>
    </TooltipTriggerStateContext>
  );
}
