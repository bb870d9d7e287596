import { z } from 'zod'
import { acceptSchema } from './accept.ts'
import { attackerSchema } from './attackers.ts'
import { clusterSchema } from './cluster.ts'
import { eventSchema } from './events.ts'
import { firewallSchema } from './firewall.ts'
import { hostSchema } from './hosts.ts'
import { identitySchema } from './identities.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import { linkSchema } from './links.ts'
import { pathSchema } from './paths.ts'
import { count, durationNs, entriesOf, later, named, reference, section } from './scalars.ts'
import { segmentSchema } from './segments.ts'
import { sweepSchema } from './sweep.ts'
import { workloadSchema } from './workloads.ts'

/** The one schema: types, checks, JSON Schema for editors and the reference page come from it. */
export const scenarioSchema = section({
  version: z.literal(1, 'the only version of the format is 1').meta({ description: 'Version of the format: 1.' }),
  name: reference('Name of the scenario, in results. Default: the name of the file.').optional(),
  extends: z
    .string('expected a path')
    .meta({
      description: 'A scenario to begin with; maps merge, lists and values of this file win. Relative to this file.',
    })
    .optional(),
  seed: count(
    'Everything random derives from it. Default: 1.',
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    'it must be exact',
  ).optional(),
  duration: durationNs('The run ends here at the latest. Default: when all workloads and events are done.', {
    from: '1ns',
  }).optional(),
  hosts: named('The machines. A scenario without `cluster` needs them.', hostSchema, 20_000).optional(),
  links: named('What joins them.', linkSchema, 20_000).optional(),
  routes: named(
    'Which link or segment packets take, host by host: { HOST: { "10.0.1.0/24": LINK } }; the longest prefix wins. Default: fewest links, then names.',
    z
      .record(
        z.string(),
        reference('A link or segment of this host.'),
        'expected a map such as { "10.0.1.0/24": LINK }',
      )
      .transform((record) => new Map(Object.entries(record))),
  ).optional(),
  identities: named(
    'Certificates and tokens. What is needed and not declared exists by default.',
    identitySchema,
    20_000,
  ).optional(),
  paths: named(
    'Who talks to whom, and under what protection. A scenario without `cluster` needs them.',
    pathSchema,
  ).optional(),
  workloads: named('What flows on the paths. A scenario without `cluster` needs them.', workloadSchema).optional(),
  events: entriesOf('What happens while it runs.', eventSchema).max(500, 'at most 500 events').optional(),
  expect: entriesOf(
    'What must hold of the result: `latency(W) p50 < 120ms`, `throughput(W) > 80Mbps`, `failed(W) = 0`, `workload(W) digest HEX`, `digest HEX`, `node(N) ready`; of attackers: `never read, modified by A on P`, `verdict(A, P) excludes privilege`, `secret(S) stays secret from A`, `exposure(A, P) < 40%`, `noticed(A, P) security`.',
    z.string('expected a text'),
  )
    .max(10_000, 'at most 10000 lines')
    .optional(),
  kubernetes: kubernetesVersion(
    'Version of Kubernetes, "1.6" to "1.37", always in quotes: it moves defaults, and what does not exist in it is refused. Default: everything exists; in a cluster that of its preset, or 1.32.',
  ).optional(),
  segments: named('Networks of many hosts.', segmentSchema).optional(),
  firewall: firewallSchema.optional(),
  middleboxes: later('NAT and proxies.'),
  cluster: clusterSchema.optional(),
  attackers: named('Who attacks the paths, from where, and how.', attackerSchema, 100).optional(),
  accept: entriesOf(
    'Verdicts that are known and tolerated; judged by the command line alone, outside the result.',
    acceptSchema,
  )
    .max(1_000, 'at most 1000')
    .optional(),
  sweep: sweepSchema.optional(),
})

/** Keys that every scenario has in the end; a cluster brings its own. */
export const NEEDED_SECTIONS = ['hosts', 'paths', 'workloads'] as const

type Written = z.output<typeof scenarioSchema>
type Needed = (typeof NEEDED_SECTIONS)[number]
export type ScenarioSection = Omit<Written, Needed> & { readonly [Key in Needed]: NonNullable<Written[Key]> }
