import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from '../components/icons.tsx';

/** One entry of the navigation. */
export interface Screen {
  /** Its path, and the root of all its own. */
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Loaded when it is first shown. */
  readonly Component: LazyExoticComponent<ComponentType>;
  /** Whether a customer in the portal sees it. */
  readonly inPortal: boolean;
}

/** In the order of the navigation; `/` leads to the first one. */
export const screens: readonly Screen[] = [
  {
    path: '/deliveries',
    label: 'Deliveries',
    icon: 'list',
    inPortal: true,
    Component: lazy(() => import('../screens/deliveries/deliveries-screen.tsx')),
  },
];
