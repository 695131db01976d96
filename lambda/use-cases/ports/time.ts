/** Now, UTC. */
export type Clock = () => Date;

export type Sleep = (milliseconds: number) => Promise<void>;
