import { serveNode } from './serve.js';

serveNode();
