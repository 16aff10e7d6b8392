import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';
import { LazyTooltip } from './lazy-tooltip.ts';

const hoverPauseMs = 400;
/** The pause before a tooltip closes, in which the pointer can move onto it. */
const closePauseMs = 300;

export interface PlainButtonProps {
  readonly children?: ReactNode;
  readonly className?: string | undefined;
  readonly id?: string;
  readonly type?: 'button' | 'submit';
  readonly autoFocus?: boolean;
  readonly isDisabled?: boolean;
  /** Whether the action is in progress. The button keeps the focus, and presses are ignored. Default: false. */
  readonly isPending?: boolean;
  readonly onPress?: (() => void) | undefined;
  readonly ref?: RefObject<HTMLButtonElement | null>;
  readonly 'aria-label'?: string | undefined;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-pressed'?: boolean;
  readonly 'aria-haspopup'?: 'menu' | 'dialog';
  readonly 'aria-expanded'?: boolean;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLButtonElement>) => void;
  readonly onPointerEnter?: (event: PointerEvent<HTMLButtonElement>) => void;
  readonly onPointerLeave?: () => void;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
}

/** A native button without a style. A press does not reach the elements around it. A held Enter key presses once. */
export function PlainButton(given: PlainButtonProps) {
  const { isDisabled = false, isPending = false, onPress, onKeyDown, type = 'button', ...props } = given;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    // Safari does not focus a button that is clicked. A dialog that opens returns the focus to the button.
    event.currentTarget.focus();
    if (isPending) event.preventDefault();
    else onPress?.();
  };
  const pressKey = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    if (event.key === 'Enter' && event.repeat) event.preventDefault();
    onKeyDown?.(event);
  };
  return (
    <button
      {...props}
      type={type}
      disabled={isDisabled}
      aria-disabled={isPending || undefined}
      onClick={press}
      onKeyDown={pressKey}
    />
  );
}

export interface ButtonProps extends Omit<PlainButtonProps, 'className'> {
  readonly icon?: IconName;
  /** Default: `plain`. Use one `primary` button in each view, and `danger` for actions that cannot be undone. */
  readonly tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** The keyboard shortcut of the same action. The tooltip shows it. */
  readonly shortcut?: string;
  /** The accessible name of an icon-only button, which is also the text of its tooltip. */
  readonly label?: string;
}

/** A button. If it has a `label`, a tooltip appears on hover and on focus. */
export function Button({ children, icon, tone = 'plain', shortcut, label, ...props }: ButtonProps) {
  const button = {
    ...props,
    ...(label && !children && { 'aria-label': label }),
    className: classNames(styles.button, styles[tone], !children && styles.icon),
    children: (
      <>
        {icon && <Icon name={icon} />}
        {children}
      </>
    ),
  };
  if (!label && !shortcut) return <PlainButton {...button} />;
  return <HintedButton {...button} hint={label ?? children} shortcut={shortcut} />;
}

interface HintedButtonProps extends PlainButtonProps {
  readonly hint: ReactNode;
  readonly shortcut: string | undefined;
}

/** A button with a tooltip. The script of the tooltip is loaded when it first opens. */
function HintedButton({ hint, shortcut, onPress, ref: givenRef, ...props }: HintedButtonProps) {
  const ownRef = useRef<HTMLButtonElement>(null);
  const ref = givenRef ?? ownRef;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tooltipId = useId();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: boolean, pauseMs = 0) => {
    clearTimeout(timer.current);
    if (pauseMs === 0) setIsOpen(next);
    else timer.current = setTimeout(() => setIsOpen(next), pauseMs);
  };
  return (
    <>
      <PlainButton
        {...props}
        ref={ref}
        aria-describedby={isOpen ? tooltipId : undefined}
        onPress={() => {
          change(false);
          onPress?.();
        }}
        onPointerEnter={event => event.pointerType === 'mouse' && change(true, hoverPauseMs)}
        onPointerLeave={() => change(false, closePauseMs)}
        onFocus={() => ref.current?.matches(':focus-visible') && change(true)}
        onBlur={() => change(false)}
      />
      {isOpen && (
        <LazyTooltip
          id={tooltipId}
          anchor={ref}
          shortcut={shortcut}
          onOpenChange={(next, isNow = next) => change(next, isNow ? 0 : closePauseMs)}
        >
          {hint}
        </LazyTooltip>
      )}
    </>
  );
}
