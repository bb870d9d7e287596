/**
 * The messages that one side writes before it waits for the other, in the order in which they are on the TCP stream.
 */
export interface Flight<Message extends string> {
  readonly bytes: number
  readonly parts: readonly FlightPart<Message>[]
}

/** A TLS record, an SSH packet or an SSH banner. */
export interface FlightPart<Message extends string> {
  readonly message: Message
  /** The size on the TCP stream, with header, padding and tag. */
  readonly bytes: number
  /** True if the message is encrypted, so that an observer sees only its size and time. */
  readonly isSealed: boolean
}

export function flightOf<Message extends string>(parts: readonly FlightPart<Message>[]): Flight<Message> {
  let bytes = 0
  for (const part of parts) bytes += part.bytes
  return { bytes, parts }
}
