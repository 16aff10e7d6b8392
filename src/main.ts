import { startServer } from './start.ts';

await startServer({ environment: process.env });
