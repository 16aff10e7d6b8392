import { type ComponentType, createElement } from 'react';
import type { IconName } from '../components/icons.tsx';
import type { Permission } from '../generated/graphql.ts';
import { onDemand } from '../on-demand.tsx';
import { messages } from './messages.ts';
import { ScreenLoading } from './screen-loading.tsx';

const loadingScreen = () => createElement(ScreenLoading);

/** One entry of the navigation. */
export interface Screen {
  /** The path of the screen. Its subpaths belong to it too. */
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** The component of the screen, loaded when it is first shown. */
  readonly Component: ComponentType;
  /** Whether portal customers can open the screen. */
  readonly inPortal: boolean;
  /** The permission that the screen needs. `ROOT`: only for the root key. Default: none. */
  readonly needs?: Permission | 'ROOT';
  /** Whether the screen is a tab of the navigation entry Settings. Default: false. */
  readonly inSettings?: boolean;
  /** Whether the screen has no entry in the navigation, only links to it. Default: false. */
  readonly isUnlisted?: boolean;
}

/** The screens in the order of the navigation. `/` leads to the first one. */
export const screens: readonly Screen[] = [
  {
    path: '/overview',
    label: messages.overview,
    icon: 'chart',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: onDemand(() => import('../screens/overview/overview-screen.tsx'), loadingScreen),
  },
  {
    path: '/deliveries',
    label: messages.deliveries,
    icon: 'list',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: onDemand(() => import('../screens/deliveries/deliveries-screen.tsx'), loadingScreen),
  },
  {
    path: '/events',
    label: messages.event,
    icon: 'list',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    isUnlisted: true,
    Component: onDemand(() => import('../screens/events/events-screen.tsx'), loadingScreen),
  },
  {
    path: '/endpoints',
    label: messages.endpoints,
    icon: 'endpoint',
    inPortal: true,
    needs: 'ENDPOINTS_READ',
    Component: onDemand(() => import('../screens/endpoints/endpoints-screen.tsx'), loadingScreen),
  },
  {
    path: '/failures',
    label: messages.failures,
    icon: 'alert',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: onDemand(() => import('../screens/failures/failures-screen.tsx'), loadingScreen),
  },
  {
    path: '/operations',
    label: messages.operations,
    icon: 'replay',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: onDemand(() => import('../screens/operations/operations-screen.tsx'), loadingScreen),
  },
  {
    path: '/keys',
    label: messages.apiKeys,
    icon: 'key',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: onDemand(() => import('../screens/keys/keys-screen.tsx'), loadingScreen),
  },
  {
    path: '/redaction',
    label: messages.redaction,
    icon: 'settings',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: onDemand(() => import('../screens/redaction/redaction-screen.tsx'), loadingScreen),
  },
  {
    path: '/audit',
    label: messages.auditLog,
    icon: 'clock',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: onDemand(() => import('../screens/audit/audit-screen.tsx'), loadingScreen),
  },
  {
    path: '/tenants',
    label: messages.tenants,
    icon: 'settings',
    inPortal: false,
    needs: 'ROOT',
    inSettings: true,
    Component: onDemand(() => import('../screens/tenants/tenants-screen.tsx'), loadingScreen),
  },
];
