import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spendingActionsText, withSizes } from './policies/policy-docs.ts';

/** Writes what the documents say of the deny policies: docs/spending-actions.md, and the sizes in docs/security.md. */
const docs = join(import.meta.dirname, '..', 'docs');
writeFileSync(join(docs, 'spending-actions.md'), await spendingActionsText());
const security = join(docs, 'security.md');
writeFileSync(security, withSizes(readFileSync(security, 'utf8')));
