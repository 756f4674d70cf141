// The core as WebAssembly in a worker, where the build has it.
import { GandanError, type Core } from 'gandan';

export async function workerCore(): Promise<Core> {
  throw GandanError.of('internal', 'no core in this build');
}
