import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { Chance } from './chance.ts'

/*
 * Plays the part of Kubernetes that runs an Indexed Job (pkg/controller/job of Kubernetes), with processes in place of
 * containers. It reads a manifest and nothing else, and refuses what it does not play.
 */

const exitCodes = z.strictObject({
  containerName: z.string(),
  operator: z.enum(['In', 'NotIn']),
  values: z.array(z.int().min(1)).min(1),
})
const conditions = z.array(z.strictObject({ type: z.string(), status: z.string() })).min(1)
const rule = z.union([
  z.strictObject({ action: z.enum(['Ignore', 'Count', 'FailIndex', 'FailJob']), onExitCodes: exitCodes }),
  z.strictObject({ action: z.enum(['Ignore', 'Count', 'FailIndex', 'FailJob']), onPodConditions: conditions }),
])
const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  args: z.array(z.string()),
  resources: z.unknown(),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.unknown(),
  }),
  volumeMounts: z.array(
    z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }),
  ),
})
const volume = z.union([
  z.strictObject({ name: z.string(), configMap: z.strictObject({ name: z.string() }) }),
  z.strictObject({ name: z.string(), persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
])
const metadata = z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()) })
const jobSchema = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata,
  spec: z.strictObject({
    completionMode: z.literal('Indexed'),
    completions: z.int().min(1),
    parallelism: z.int().min(1),
    backoffLimitPerIndex: z.int().min(0),
    podFailurePolicy: z.strictObject({ rules: z.array(rule) }),
    podReplacementPolicy: z.literal('Failed'),
    template: z.strictObject({
      metadata: metadata.omit({ name: true }),
      spec: z.strictObject({
        restartPolicy: z.literal('Never'),
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.int().min(1) }),
        containers: z.tuple([container]),
        volumes: z.array(volume),
      }),
    }),
  }),
})
const configMapSchema = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  immutable: z.literal(true),
  data: z.record(z.string(), z.string()),
})

type Job = z.infer<typeof jobSchema>
type Rule = z.infer<typeof rule>

/** What is done to pods, in parts of a thousand of the pods that start. */
export interface Disturbances {
  /** Pods that are killed by signal 9. */
  readonly killed: number
  /** Pods that are told to end by signal 15. */
  readonly terminated: number
  /** Pods whose node is lost, with all pods on it. */
  readonly nodesLost: number
  /** Pods that start a second time while the first still runs. */
  readonly repeated: number
  /** The longest time before any of these, in milliseconds. */
  readonly withinMs: number
}

export interface Cluster {
  /** A folder for ConfigMaps and volumes. */
  readonly folder: string
  readonly nodes: number
  readonly seed: number
  /** The program of each command of the image, such as `onpath`. */
  readonly image: Readonly<Record<string, readonly string[]>>
  readonly disturbances: Disturbances
  /** How long the first retry of an index waits, in milliseconds; each further one twice as long. */
  readonly backoffMs: number
}

/** How a Job has ended. */
export interface JobStatus {
  readonly name: string
  readonly succeeded: readonly number[]
  readonly failed: readonly number[]
  /** The number of pods that ended, by the exit code that their container had. */
  readonly pods: Readonly<Record<string, number>>
  /** The standard error of the pods that failed and were not disturbed. */
  readonly errors: readonly string[]
}

interface Pod {
  readonly index: number
  readonly node: number
  readonly process: ChildProcess
  isOnLostNode: boolean
  isDisturbed: boolean
  error: string
}

/** Returns the folder of a volume claim. */
export function claimFolder({ folder }: Pick<Cluster, 'folder'>, claim: string): string {
  return join(folder, 'claims', claim)
}

/** Runs the Job of a manifest to its end. */
export function runJob(manifest: string, cluster: Cluster): Promise<JobStatus> {
  const documents = parseAllDocuments(manifest).map((document): unknown => document.toJS())
  const [job, ...others] = documents.map((document) => jobSchema.safeParse(document)).filter(({ success }) => success)
  if (job?.data === undefined || others.length > 0) throw new Error('the manifest has not one Job that can be played')
  for (const document of documents) {
    if (jobSchema.safeParse(document).success) continue
    const {
      metadata: { name },
      data,
    } = configMapSchema.parse(document)
    const folder = join(cluster.folder, 'config-maps', name)
    mkdirSync(folder, { recursive: true })
    for (const [file, text] of Object.entries(data)) writeFileSync(join(folder, file), text, { mode: 0o444 })
  }
  return new JobController(job.data, cluster).run()
}

class JobController {
  readonly #job: Job
  readonly #cluster: Cluster
  readonly #chance: Chance
  readonly #waiting: number[]
  readonly #pods = new Set<Pod>()
  readonly #failures = new Map<number, number>()
  readonly #succeeded = new Set<number>()
  readonly #failed = new Set<number>()
  readonly #endings: Record<string, number> = {}
  readonly #errors: string[] = []
  #delayed = 0
  #end: (status: JobStatus) => void = () => {}

  constructor(job: Job, cluster: Cluster) {
    this.#job = job
    this.#cluster = cluster
    this.#chance = new Chance(cluster.seed)
    this.#waiting = this.#chance.shuffled(Array.from({ length: job.spec.completions }, (_, i) => i))
  }

  run(): Promise<JobStatus> {
    return new Promise((resolve) => {
      this.#end = resolve
      this.#fill()
    })
  }

  #fill(): void {
    while (this.#pods.size < this.#job.spec.parallelism) {
      const index = this.#waiting.shift()
      if (index === undefined) break
      this.#start(index)
    }
    if (this.#pods.size > 0 || this.#waiting.length > 0 || this.#delayed > 0) return
    this.#end({
      name: this.#job.metadata.name,
      succeeded: [...this.#succeeded].sort((a, b) => a - b),
      failed: [...this.#failed].sort((a, b) => a - b),
      pods: this.#endings,
      errors: this.#errors,
    })
  }

  #start(index: number): void {
    const [{ command, args }] = this.#job.spec.template.spec.containers
    const environment = { JOB_COMPLETION_INDEX: String(index) }
    const [program, ...words] = [...command, ...args].map((word) => this.#inContainer(expanded(word, environment)))
    const [binary, ...first] = this.#cluster.image[program] ?? [program]
    const { JOB_COMPLETION_INDEX } = environment
    const env = { PATH: process.env.PATH, JOB_COMPLETION_INDEX, HOME: '/' }
    const child = spawn(binary, [...first, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const node = this.#chance.below(this.#cluster.nodes)
    const pod: Pod = { index, node, process: child, isOnLostNode: false, isDisturbed: false, error: '' }
    this.#pods.add(pod)
    child.stderr.on('data', (text) => {
      pod.error += String(text)
    })
    child.on('close', (code, signal) => this.#onEnd(pod, code ?? 128 + (signal === 'SIGTERM' ? 15 : 9)))
    this.#disturb(pod)
  }

  #disturb(pod: Pod): void {
    const { killed, terminated, nodesLost, repeated, withinMs } = this.#cluster.disturbances
    const drawn = this.#chance.below(1_000)
    const afterMs = this.#chance.below(withinMs)
    const end = (one: Pod, signal: NodeJS.Signals) => {
      one.isDisturbed = true
      one.process.kill(signal)
    }
    const actions: readonly (readonly [number, () => void])[] = [
      [killed, () => end(pod, 'SIGKILL')],
      [terminated, () => end(pod, 'SIGTERM')],
      [nodesLost, () => this.#loseNode(pod.node, end)],
      [repeated, () => this.#succeeded.has(pod.index) || this.#start(pod.index)],
    ]
    let before = 0
    for (const [thousandths, action] of actions) {
      before += thousandths
      if (drawn >= before) continue
      setTimeout(() => this.#pods.has(pod) && !this.#isLastTry(pod.index) && action(), afterMs)
      return
    }
  }

  /** Whether one more failure of an index is the last: a slow machine, on which every pod meets its end, is no bug. */
  #isLastTry(index: number): boolean {
    return (this.#failures.get(index) ?? 0) >= this.#job.spec.backoffLimitPerIndex
  }

  #loseNode(node: number, end: (pod: Pod, signal: NodeJS.Signals) => void): void {
    for (const pod of this.#pods) {
      if (pod.node !== node) continue
      pod.isOnLostNode = true
      end(pod, 'SIGKILL')
    }
  }

  #onEnd(pod: Pod, code: number): void {
    const { index } = pod
    this.#pods.delete(pod)
    this.#endings[code] = (this.#endings[code] ?? 0) + 1
    if (code !== 0 && !pod.isDisturbed) this.#errors.push(`index ${index} ended with ${code}: ${pod.error}`)
    if (code === 0) this.#succeeded.add(index)
    else if (!this.#succeeded.has(index) && !this.#hasPod(index)) this.#onFailure(pod, code)
    this.#fill()
  }

  #hasPod(index: number): boolean {
    return [...this.#pods].some((pod) => pod.index === index)
  }

  #onFailure({ index, isOnLostNode }: Pod, code: number): void {
    const { podFailurePolicy, backoffLimitPerIndex } = this.#job.spec
    const action = podFailurePolicy.rules.find((one) => applies(one, code, isOnLostNode))?.action ?? 'Count'
    if (action === 'FailJob') throw new Error('FailJob is not played')
    if (action === 'FailIndex') return void this.#failed.add(index)
    const failures = (this.#failures.get(index) ?? 0) + (action === 'Count' ? 1 : 0)
    this.#failures.set(index, failures)
    if (failures > backoffLimitPerIndex) return void this.#failed.add(index)
    this.#delayed += 1
    setTimeout(
      () => {
        this.#delayed -= 1
        this.#waiting.push(index)
        this.#fill()
      },
      this.#cluster.backoffMs * 2 ** Math.max(0, failures - 1),
    )
  }

  /** Returns a path of the container as one of this machine: mounts become folders. */
  #inContainer(word: string): string {
    const { containers, volumes } = this.#job.spec.template.spec
    const mount = containers[0].volumeMounts.find(
      ({ mountPath }) => word === mountPath || word.startsWith(`${mountPath}/`),
    )
    if (mount === undefined) return word
    const mounted = volumes.find(({ name }) => name === mount.name)
    if (mounted === undefined) throw new Error(`there is no volume ${mount.name}`)
    const folder =
      'configMap' in mounted
        ? join(this.#cluster.folder, 'config-maps', mounted.configMap.name)
        : claimFolder(this.#cluster, mounted.persistentVolumeClaim.claimName)
    return join(folder, word.slice(mount.mountPath.length))
  }
}

/** Replaces `$(NAME)`, as the kubelet does in commands and arguments (third_party/forked/golang/expansion). */
function expanded(word: string, environment: Readonly<Record<string, string>>): string {
  return word.replace(/\$\$|\$\((\w+)\)/g, (whole, name) => (whole === '$$' ? '$' : (environment[name] ?? whole)))
}

function applies(one: Rule, code: number, isOnLostNode: boolean): boolean {
  if ('onPodConditions' in one)
    return (
      isOnLostNode && one.onPodConditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True')
    )
  const { operator, values } = one.onExitCodes
  return values.includes(code) === (operator === 'In')
}
