// First of all modules: the core begins while the screens are read and drawn.
import { start } from './session';

export const began = start();
