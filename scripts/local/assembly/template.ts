/** The parts of a synthesized CloudFormation template that the local stack reads. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  /** @default Delete */
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

export interface StackTemplate {
  readonly name: string;
  readonly template: Template;
}

/** The account that the local stack pretends to be. */
export interface DeploymentPlace {
  readonly account: string;
  readonly region: string;
}

/** SwitchOutcome where a template holds something that the local stack cannot imitate. */
export class UnsupportedTemplateError extends Error {
  override name = 'UnsupportedTemplateError';
}
