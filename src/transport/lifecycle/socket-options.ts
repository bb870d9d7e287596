/** Options that a program sets on a socket before it connects or listens, in the place of settings of its host. */
export interface SocketOptions {
  /** Memory of the receive buffer, twice what SO_RCVBUF is set to. It does not grow. */
  readonly receiveMemoryBytes?: number
  /** Memory of the send buffer, twice what SO_SNDBUF is set to. It does not grow. */
  readonly sendMemoryBytes?: number
  /** TCP_MAXSEG: the largest segment to announce and to send, at most what the path carries. */
  readonly maximumSegmentBytes?: number
}
