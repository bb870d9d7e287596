/** A law that holds in every run, whatever the scenario: of nature, or of counting. */
export interface Law<Observed> {
  readonly name: string
  /** The law in a sentence, for a person. */
  readonly sentence: string
  /** The cases to which the law does not apply, each with the mechanism; empty for none. */
  readonly exceptions: readonly string[]
  readonly judge: (observed: Observed) => Judged
}

/** The number of judgements that a law made, and its breaches with their values. */
export interface Judged {
  readonly times: number
  readonly breaches: readonly string[]
}

/** Judges each element of a list. `breachOf` returns null if the law holds. */
export function judgeEach<Thing>(things: readonly Thing[], breachOf: (thing: Thing) => string | null): Judged {
  return { times: things.length, breaches: things.flatMap((thing) => breachOf(thing) ?? []) }
}

/** Returns the breaches of these laws, each with the name of its law. */
export function breachesOf<Observed>(laws: readonly Law<Observed>[], observed: Observed): string[] {
  return laws.flatMap(({ name, judge }) => judge(observed).breaches.map((breach) => `${name}: ${breach}`))
}
