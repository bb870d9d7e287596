import type { IJob, IPodFailurePolicyRule } from 'kubernetes-models/batch/v1'
import type { IConfigMap, IContainer, IPodSpec } from 'kubernetes-models/v1'
import { stringify } from 'yaml'
import { visible } from '../../scenario/problems/visible.ts'
import type { JobTarget } from '../reproduce.ts'
import type { Sha256 } from './record.ts'

/** A sweep that is to run as a Job. */
export interface SweepAsJob extends JobTarget {
  /** The name of the scenario. */
  readonly scenario: string
  /** The scenario with its grid in one text. */
  readonly text: string
  readonly version: string
  readonly maxEvents: number | undefined
  /** The most bytes of the state of a run. */
  readonly maxMemory: number | undefined
  /** The command that wrote the Job. */
  readonly again: string
  /** The exit code of a pod whose scenario is invalid, so that its index is given up. */
  readonly invalidScenario: number
}

/** The most bytes that a ConfigMap holds (`MaxSecretSize` in pkg/apis/core/types.go of Kubernetes). */
export const MAX_CONFIG_MAP_BYTES = 1024 * 1024

/** The beginning of what is written for Kubernetes. */
export const MANIFEST = '# onpath: a sweep for Kubernetes'

/** Returns whether a file that begins like this was written for Kubernetes by onpath, so that it may be replaced. */
export function isManifest(text: string): boolean {
  return text.startsWith(MANIFEST)
}

/** The names in the pod. */
const CONTAINER = 'onpath'
const SCENARIO_FOLDER = '/scenario'
const SCENARIO_FILE = 'scenario.yaml'
const RESULTS_FOLDER = '/results'

/** A user that no other program has: `nonroot` of the distroless images. */
const USER = 65532

/** The most failed pods of an index that others follow. Each continues where the one before was killed. */
const RETRIES_OF_AN_INDEX = 6

/**
 * The memory of a pod, by the runs at a time: a thousand nodes need a quarter of that of a run. `--max-memory` can ask
 * for more.
 */
const MEMORY_OF_A_POD_MIB = 512
const MEMORY_OF_A_RUN_MIB = 512
const MIB = 1024 * 1024

/** A process that was killed (SIGKILL, also for lack of memory), or told to end (SIGTERM): 128 and the signal. */
const KILLED = 137
const TERMINATED = 143

/**
 * Returns the manifest of a sweep as an Indexed Job (`batch/v1`, Kubernetes 1.29 and later): each index is a shard.
 * Pods exit with 0 also where expectations were not met, since a Job knows no other success.
 */
export function indexedJob(sweep: SweepAsJob, sha256: Sha256): string {
  const name = nameOf(sweep, sha256)
  const documents = [...(sweep.scenarioPath === null ? [configMap(name, sweep)] : []), job(name, sweep)]
  // kubectl reads YAML 1.1, in which `on` and `1_000` are no texts.
  const form = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const
  const manifests = documents.map((document) => stringify(document, form))
  return [head(name, sweep), ...manifests].join('---\n')
}

/**
 * Returns a name for the objects, which differs when the scenario or the number of shards does, since the template of a
 * Job cannot be changed. With `-` and an index behind it, it is a label of DNS (63 characters), as hosts are named.
 */
function nameOf({ scenario, text, shards }: SweepAsJob, sha256: Sha256): string {
  const readable = scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 32)
    .replace(/-$/, '')
  const digest = sha256(`${shards}\n${text}`).slice(0, 8)
  return ['onpath', readable, digest].filter((part) => part !== '').join('-')
}

function head(name: string, sweep: SweepAsJob): string {
  const lines = [
    `${sweep.scenario} in ${sweep.shards} shards as an Indexed Job, written by`,
    `  ${sweep.again}`,
    'Start it. `apply` would keep a copy of the scenario in an annotation, which is too small for large ones:',
    `  kubectl create -f FILE`,
    `  kubectl wait --for=condition=Complete --timeout=24h job/${name}`,
    `When it is complete, merge its shards where the volume ${sweep.volume} is mounted:`,
    `  onpath merge ${RESULTS_FOLDER}/${name}`,
  ]
  const comments = lines.map((line) => `# ${visible(line)}\n`)
  return `${MANIFEST}\n${comments.join('')}`
}

function labels({ version }: SweepAsJob) {
  return { 'app.kubernetes.io/name': 'onpath', 'app.kubernetes.io/version': version }
}

function configMap(name: string, sweep: SweepAsJob): IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: labels(sweep) },
    immutable: true,
    data: { [SCENARIO_FILE]: sweep.text },
  }
}

function job(name: string, sweep: SweepAsJob): IJob {
  const { shards, parallelism } = sweep
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: labels(sweep) },
    spec: {
      completionMode: 'Indexed',
      completions: shards,
      parallelism,
      backoffLimitPerIndex: RETRIES_OF_AN_INDEX,
      podFailurePolicy: {
        rules: [
          // A drained or preempted node is not the fault of the index.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          onExit('FailIndex', [sweep.invalidScenario]),
          onExit('Count', [KILLED, TERMINATED]),
        ],
      },
      // The next pod of an index begins when the one before has ended.
      podReplacementPolicy: 'Failed',
      template: { metadata: { labels: labels(sweep) }, spec: podSpec(name, sweep) },
    },
  }
}

function onExit(action: 'FailIndex' | 'Count', values: number[]): IPodFailurePolicyRule {
  return { action, onExitCodes: { containerName: CONTAINER, operator: 'In', values } }
}

function podSpec(name: string, sweep: SweepAsJob): IPodSpec {
  const { scenarioPath, volume } = sweep
  const scenario = scenarioPath === null
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(name, sweep)],
    volumes: [
      ...(scenario ? [{ name: 'scenario', configMap: { name } }] : []),
      { name: 'results', persistentVolumeClaim: { claimName: volume } },
    ],
  }
}

function container(name: string, { image, shards, jobs, scenarioPath, ...limits }: SweepAsJob): IContainer {
  const scenario = scenarioPath === null
  const memoryOfARunMib = Math.max(MEMORY_OF_A_RUN_MIB, Math.ceil((limits.maxMemory ?? 0) / MIB))
  const memory = `${MEMORY_OF_A_POD_MIB + memoryOfARunMib * jobs}Mi`
  return {
    name: CONTAINER,
    image,
    command: ['onpath'],
    args: [
      'sweep',
      scenarioPath ?? `${SCENARIO_FOLDER}/${SCENARIO_FILE}`,
      '--shards',
      String(shards),
      '--index',
      '$(JOB_COMPLETION_INDEX)',
      '--jobs',
      String(jobs),
      ...(limits.maxEvents === undefined ? [] : ['--max-events', String(limits.maxEvents)]),
      ...(limits.maxMemory === undefined ? [] : ['--max-memory', `${limits.maxMemory}B`]),
      '--exit-zero',
      '--resume',
      '--out',
      `${RESULTS_FOLDER}/${name}`,
    ],
    resources: { requests: { cpu: String(jobs), memory }, limits: { memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      ...(scenario ? [{ name: 'scenario', mountPath: SCENARIO_FOLDER, readOnly: true }] : []),
      { name: 'results', mountPath: RESULTS_FOLDER },
    ],
  }
}
