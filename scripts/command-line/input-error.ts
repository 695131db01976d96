/** SwitchOutcome for input that cannot be run: one sentence a line, each naming the file and the step or field. */
export class InputError extends Error {
  override name = 'InputError';
}
