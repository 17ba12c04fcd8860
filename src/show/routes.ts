// show: THE WINDOW. Everything that can be read over HTTP, registered on the door's server with the door's guard.

import { drillRoute } from './drill-route.ts';
import { handoffRoutes } from './handoff-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { pageRoutes } from './page.ts';
import { createWindow } from './queries.ts';
import { streamRoutes } from './stream-routes.ts';
import type { App, DoorTools, WindowDeps } from './window.ts';

export function showRoutes(app: App, door: DoorTools, deps: WindowDeps): void {
  const window = createWindow(app, door, deps);
  handoffRoutes(window);
  operatorRoutes(window);
  drillRoute(window);
  streamRoutes(window);
  pageRoutes(window);
}
