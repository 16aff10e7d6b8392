import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from '../components/icons.tsx';
import type { Permission } from '../generated/graphql.ts';
import { loadChunk } from '../load-chunk.ts';

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
  /** What it takes to see it; `ROOT`: the root key. Default: any key will do. */
  readonly needs?: Permission | 'ROOT';
  /** Shown behind one entry of the navigation, Settings, each with a tab. Default: false. */
  readonly inSettings?: boolean;
  /** Reached by links alone. Default: false. */
  readonly isUnlisted?: boolean;
}

/** In the order of the navigation; `/` leads to the first one. */
export const screens: readonly Screen[] = [
  {
    path: '/overview',
    label: 'Overview',
    icon: 'chart',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: lazy(() => loadChunk(() => import('../screens/overview/overview-screen.tsx'))),
  },
  {
    path: '/deliveries',
    label: 'Deliveries',
    icon: 'list',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: lazy(() => loadChunk(() => import('../screens/deliveries/deliveries-screen.tsx'))),
  },
  {
    path: '/events',
    label: 'Event',
    icon: 'list',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    isUnlisted: true,
    Component: lazy(() => loadChunk(() => import('../screens/events/events-screen.tsx'))),
  },
  {
    path: '/endpoints',
    label: 'Endpoints',
    icon: 'endpoint',
    inPortal: true,
    needs: 'ENDPOINTS_READ',
    Component: lazy(() => loadChunk(() => import('../screens/endpoints/endpoints-screen.tsx'))),
  },
  {
    path: '/failures',
    label: 'Failures',
    icon: 'alert',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: lazy(() => loadChunk(() => import('../screens/failures/failures-screen.tsx'))),
  },
  {
    path: '/operations',
    label: 'Operations',
    icon: 'replay',
    inPortal: true,
    needs: 'DELIVERIES_READ',
    Component: lazy(() => loadChunk(() => import('../screens/operations/operations-screen.tsx'))),
  },
  {
    path: '/keys',
    label: 'API keys',
    icon: 'key',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: lazy(() => loadChunk(() => import('../screens/keys/keys-screen.tsx'))),
  },
  {
    path: '/redaction',
    label: 'Redaction',
    icon: 'settings',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: lazy(() => loadChunk(() => import('../screens/redaction/redaction-screen.tsx'))),
  },
  {
    path: '/audit',
    label: 'Audit log',
    icon: 'clock',
    inPortal: false,
    needs: 'KEYS_MANAGE',
    inSettings: true,
    Component: lazy(() => loadChunk(() => import('../screens/audit/audit-screen.tsx'))),
  },
  {
    path: '/tenants',
    label: 'Tenants',
    icon: 'settings',
    inPortal: false,
    needs: 'ROOT',
    inSettings: true,
    Component: lazy(() => loadChunk(() => import('../screens/tenants/tenants-screen.tsx'))),
  },
];
