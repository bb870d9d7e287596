/** The kinds of middleboxes, each with a sentence about it. */
export const MIDDLEBOX_KINDS = {
  nat: 'a NAT gateway: tracks the connections that begin while it is there, and forgets those that are idle',
  balancer: 'a load balancer that passes packets on: does the same',
  proxy:
    'ends TCP, as HAProxy does in TCP mode: one connection to the client and one to the server, with time-outs of its own',
} as const satisfies Readonly<Record<string, string>>

export type MiddleboxKind = keyof typeof MIDDLEBOX_KINDS
