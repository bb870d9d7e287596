export type WorkloadKind =
  /** Requests and responses of configured sizes. */
  | 'requests'
  /** One streamed response: chunks at a rate. */
  | 'stream'
  /** An upgraded connection: keys are typed, and their echoes come back. */
  | 'keystrokes'
  | 'heartbeat'
  | 'watch'
  | 'list'
  | 'logs'
  | 'exec'
  | 'port-forward'
  | 'proxy-get'
