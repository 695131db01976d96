import { renameSync } from 'node:fs';
import { join } from 'node:path';

// Puts the checkout's package.json back, which `prepack` set aside.
const root = join(import.meta.dirname, '..', '..');
renameSync(join(root, 'dist', 'package.checkout.json'), join(root, 'package.json'));
