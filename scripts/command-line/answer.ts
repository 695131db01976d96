/** What a command answers: for people, for programs, and the exit status. */
export interface CommandAnswer<Json> {
  readonly text: string;
  readonly json: Json;
  readonly exitCode: 0 | 1;
}
