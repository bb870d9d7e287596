/**
 * The columns of all tables, CSV files and reports, by name in lower case, each with its meaning. If two tables use one
 * name differently, the meaning says so. Paths of a sweep, names of paths and profiles, and parts of a breakdown are
 * columns too; they have their own lists.
 */
export const COLUMNS = {
  // Figures of workloads
  path: 'The path of the scenario that carries the requests, or that an attack is about. In the table of `npm start` it has its letter and its kind.',
  workload: 'The name of the workload.',
  scenario: 'The name of the scenario, with its Kubernetes version where it has one.',
  medium: 'The link profiles that the path crosses, or where links have none, the links.',
  protection: 'What protects the path: TLS, what the client verifies, the credential of the client, and a tunnel.',
  'set-up ms':
    'The median time from dialling until the first byte of a request can be sent: TCP, TLS and the channel of a tunnel. The tunnel itself is not in it. In milliseconds.',
  'p50 ms':
    'The median latency of the completed requests, from the intended start of each to the last byte of its response. In milliseconds.',
  'p95 ms':
    'The latency that 95 % of the completed requests do not exceed. It needs 20 of them, else it is -. In milliseconds.',
  'p99 ms':
    'The latency that 99 % of the completed requests do not exceed. It needs 100 of them, else it is -. In milliseconds.',
  Mbps: 'The throughput: of each request the bits of its body over the time from its own start to its last byte, and of these the median; of a stream the delivered bits over its time. In megabits (1,000,000 bits) per second.',
  'wire/body':
    'How many IP bytes crossed the links for each byte of a delivered body: headers, acknowledgements, handshakes and retransmissions count.',
  done: 'How many requests were completed; with a slash, of how many that were sent.',
  bytes: 'The IP bytes of the workload over all links. In the table of an attack: the length of the message.',
  completed: 'How many requests were completed; in a report also of how many.',
  failed: 'How many requests failed; in a comparison and a sweep also those that were not completed in time.',
  unfinished: 'How many requests were open when the run ended. Watches, which last until then, do not count in tables.',
  setup_ms: 'As `set-up ms`.',
  tunnel_setup_ms:
    'The time that the first set-up of the tunnel took; empty without a tunnel of its own. In milliseconds.',
  latency_min_ms: 'The smallest latency of a completed request, in milliseconds.',
  latency_p50_ms: 'As `p50 ms`.',
  latency_p95_ms: 'As `p95 ms`; empty with fewer than 20 completed requests.',
  latency_p99_ms: 'As `p99 ms`; empty with fewer than 100 completed requests.',
  latency_max_ms: 'The greatest latency of a completed request, in milliseconds.',
  latency_mean_ms: 'The arithmetic mean of the latencies of the completed requests, in milliseconds.',
  throughput_mbps: 'As `Mbps`.',
  aggregate_mbps:
    'The bits of all bodies over the time from the first start to the last byte: the throughput of all requests together. In megabits per second.',
  packets: 'How many packets crossed links.',
  wire_bytes: 'The IP bytes over all links, without the loopback hops behind the ends of a tunnel.',
  body_bytes: 'The bytes of the bodies of completed requests, in both directions.',
  wire_bytes_per_body_byte: 'As `wire/body`.',
  attacker_ns: 'The part `attacker` of the time of all completed requests, in nanoseconds (`onpath list parts`).',
  retransmission_ns: 'The part `retransmission` of the time of all completed requests, in nanoseconds.',
  cpu_ns: 'The part `cpu` of the time of all completed requests, in nanoseconds.',
  handshake_ns: 'The part `handshake` of the time of all completed requests, in nanoseconds.',
  queueing_ns: 'The part `queueing` of the time of all completed requests, in nanoseconds.',
  window_ns: 'The part `window` of the time of all completed requests, in nanoseconds.',
  serialization_ns: 'The part `serialization` of the time of all completed requests, in nanoseconds.',
  propagation_ns: 'The part `propagation` of the time of all completed requests, in nanoseconds.',
  digest:
    'A hash of 16 hexadecimal digits: of what a workload received and when, or of a whole run, or of several runs together. The same scenario and seed give the same digest on every machine.',
  seed: 'The seed of the run, from which all random decisions follow.',
  expectations: 'How many lines of `expect` were met, and of how many.',
  // Verdicts and attacks
  attacker: 'The attacker, in a table with its vantage (`onpath list vantages`).',
  vantage: 'What the attacker sees of the packets of others, or where it is (`onpath list vantages`).',
  technique: 'What the attacker does (`onpath list techniques`).',
  victim: 'The host, path or user whom the attack is about.',
  outcome: 'What the attacker gets (`onpath list outcomes`).',
  exposed:
    'How many messages of the path the attacker read, and of how many that were sent while it was there; - for none.',
  noticed: 'Whether an honest end noticed the attack, as a fault or as a breach of security (`onpath list notices`).',
  scope:
    'Whose the victim is: own, of the attacker itself from the start, or other, which policies judge (`onpath list marks`).',
  worst: 'The worst of the outcomes (`onpath list outcomes` has them in that order).',
  outcomes: 'All outcomes, worst first, with a blank between two.',
  as_identity: 'The identity that the server saw when the attacker relayed or sent requests; empty for none.',
  messages_exposed: 'How many messages the attacker read.',
  messages:
    'How many messages were sent on the path while the attacker was there. In a report: what was sent over the path.',
  bytes_exposed: 'How many bytes of these messages the attacker read.',
  secrets: 'The secrets that the attacker read, such as exec-stdin, with a blank between two.',
  noticed_by: 'The hosts that noticed the attack, each with the error that it saw.',
  first_effect_ns: 'The simulated time of the first effect of the attack, in nanoseconds; empty for none.',
  outage_ns: 'How long no request completed because of the attack, in nanoseconds.',
  recovered_ns:
    'The simulated time at which requests completed again after an outage, in nanoseconds; empty if they never did.',
  requests:
    'In a table of attacks: the requests that the attacker got through, each with what it asks for, the status and the identity. In a table of times: how many requests were completed.',
  privileges: 'What the attacker may do now and might not at the start: AS VERB RESOURCE on HOST.',
  credentials: 'The credentials of others that the attacker holds.',
  letter: 'The letter of the path, A to J (`onpath list letters`).',
  place: 'The place at which the attacker was put (`onpath list roles`).',
  on: 'The link, segment, host or user that this place means in the scenario.',
  'place of the attacker': 'The place at which the attacker was put, as `place`.',
  // Sweeps and comparisons
  seeds: 'How many seeds the figures of a row are medians of.',
  ended: 'How the run ended: finished, duration (its time was over), interrupted, or in one word why it has no result.',
  run_digest: 'The digest of the whole run; that of the workload is `digest`.',
  expectations_not_met: 'How many lines of `expect` the run did not meet.',
  figure: 'The figure that is compared or drawn, such as latency p50.',
  unit: 'The unit of the figures of this row.',
  benchmark: 'The name of the benchmark.',
  A: 'The value on the first side of a comparison.',
  B: 'The value on the second side of a comparison.',
  change:
    'The change from A to B: in percent of A, or in words. - where there is none, or A is zero; ~ where chance explains it.',
  '95 % interval':
    'The interval that contains the median of the differences between B and A with a probability of 95 %.',
  side: 'The side of a comparison, A or B.',
  value:
    'In limits: the value that was tried, in the unit of the row. In a comparison: the key of the scenario that differs.',
  point: 'The values of the other dimensions of a sweep.',
  others: 'The values of the dimensions of a sweep that the axis does not show.',
  median: 'The median of the row: over the seeds of a sweep, or over the samples of a benchmark.',
  'interval from':
    'The lower end of the interval of the median, of 95 % where there are enough seeds, else the smallest value.',
  to: 'In a sweep: the upper end of the interval of the median. In a table of packets or paths: the receiver or the server.',
  name: 'The name of the benchmark.',
  samples: 'How many samples of a benchmark were taken.',
  mean: 'The arithmetic mean of the samples.',
  deviation: 'The standard deviation of the samples.',
  min: 'The smallest sample.',
  max: 'The greatest sample.',
  values: 'All samples, with a blank between two.',
  // Limits
  kubernetes: 'The Kubernetes version.',
  axis: 'What is varied: the round-trip time, the loss or the outage.',
  profile: 'The worker latency profile, whose timers hold.',
  criterion: 'What must not happen, such as a node that is NotReady.',
  broken: 'In how many runs it happened.',
  runs: 'How many runs there were at this value, each with another seed.',
  low: 'The lower end of the 95 % interval of the share of runs in which it happens, from 0 to 1.',
  high: 'The upper end of this interval.',
  // Samples
  time_ms: 'The simulated time of the sample, in milliseconds.',
  of: 'What was sampled: a link direction (link) or one end of a connection (connection).',
  link: 'The link direction, such as wan/forward.',
  host: 'The host at this end of the connection.',
  local: 'The address and port at this end.',
  remote: 'The address and port of the other end.',
  // Reports
  from: 'The client of the path, or the sender of the packet. Of what an attacker learned: the message in which it was.',
  kind: 'The kind of the path (`onpath list paths`).',
  crosses: 'The links and segments that the path crosses.',
  attackers: 'The worst that attackers get on this path.',
  'holds from the start': 'What the scenario gives the attacker: tokens, certificates, keys.',
  allies: 'The attackers with whom it shares what it learns.',
  at: 'The simulated time.',
  learned: 'The secret, token or key that the attacker learned.',
  sent: 'The simulated time at which the packet or message was sent.',
  arrived: 'The simulated time at which it arrived; lost or dropped if it never did.',
  packet: 'The number of the packet in its direction of its link. `onpath packets` lists it.',
  content: 'What the packet carries.',
  expected: 'The line of `expect`.',
  status: 'Whether it was met.',
  measured: 'The value that was measured.',
  'mean time of a request': 'The time of all completed requests over their number.',
  'where it goes': 'The parts of this time, as a bar (`onpath list parts`).',
  most: 'The part that takes most of the time.',
  sum: 'The sum of the parts.',
  'all latencies': 'The sum of the latencies of the same requests, which the sum of the parts equals.',
} as const satisfies Readonly<Record<string, string>>

/** A column name with a meaning. */
export type ColumnName = keyof typeof COLUMNS

/** Returns the headers of a table. */
export function heads(...names: readonly ColumnName[]): readonly string[] {
  return names
}
