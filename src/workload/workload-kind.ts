export type WorkloadKind =
  /** Requests and answers of the sizes that the scenario names. */
  | 'requests'
  /** One answer that goes on: chunks at a rate. */
  | 'stream'
  /** An upgraded connection: keys go in, their echo comes back. */
  | 'keystrokes'
  | 'heartbeat'
  | 'watch'
  | 'list'
  | 'logs'
  | 'exec'
  | 'port-forward'
  | 'proxy-get'
