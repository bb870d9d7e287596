/** What one side writes before it waits for the other: the parts in order, as they lie on the TCP stream. */
export interface Flight<Message extends string> {
  readonly bytes: number
  readonly parts: readonly FlightPart<Message>[]
}

/** One TLS record or one SSH packet (or banner). */
export interface FlightPart<Message extends string> {
  readonly message: Message
  /** On the wire, headers, padding and tags included. */
  readonly bytes: number
  /** Whether the message is encrypted, so that only sizes and timing show. */
  readonly isSealed: boolean
}

export function flightOf<Message extends string>(parts: readonly FlightPart<Message>[]): Flight<Message> {
  let bytes = 0
  for (const part of parts) bytes += part.bytes
  return { bytes, parts }
}
