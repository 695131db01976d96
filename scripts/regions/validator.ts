import { createRequire } from 'node:module';

/** One finding of AWS's validator, as far as we read it. */
export interface Finding {
  readonly severity: string;
  readonly ruleId: string;
  readonly message: string;
  readonly entity?: { readonly logicalId?: string; readonly resourceType?: string };
}

interface Validator {
  readonly SchemaValidator: new () => {
    validate(template: object, region: string): Finding[];
    free(): void;
  };
  readonly CompositeEngine: new () => {
    validateTemplate(template: object, config: object): { readonly diagnostics: Finding[] };
    free(): void;
  };
  readonly TemplateContent: new (content: string, name: string) => object;
  readonly version: () => string;
}

/**
 * AWS's own validator, which lies inside aws-cdk-lib: its schemas tell which types exist in which Region.
 * It has no types that TypeScript could find there, so what we use of it is written down here.
 */
export function cloudFormationValidator(): Validator {
  const inCdk = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json'));
  return inCdk('@aws/cloudformation-validate') as Validator;
}

/** The rule that says that a type does not exist in a Region. */
export const noSuchType = 'F3006';
