import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';
import { messages } from './messages.ts';

export interface DialogPanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons at the bottom, the main action last. */
  readonly actions?: ReactNode;
  /** The width. Default: 440 px. `wide`: 860 px. */
  readonly size?: 'normal' | 'wide';
}

/** An open modal dialog. It keeps the focus inside, and closes on Escape and on a click outside. */
export default function DialogPanel({ title, onClose, children, actions, size = 'normal' }: DialogPanelProps) {
  return (
    <ModalOverlay
      data-overlay
      className={classNames(styles.overlay)}
      isDismissable
      isOpen
      onOpenChange={open => !open && onClose()}
    >
      <Modal className={classNames(styles.modal, styles[size])}>
        <AriaDialog className={classNames(styles.dialog)}>
          <header className={styles.header}>
            <Heading slot="title">{title}</Heading>
            <Button tone="quiet" icon="close" label={messages.close} onPress={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {actions && <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
