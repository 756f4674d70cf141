import type { ModuleFactory } from '../engine.js';
declare const factory: ModuleFactory;
export default factory;
