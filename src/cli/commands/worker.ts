import { UsageError } from '../../disk/usage-error.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { jobs, jobsOf } from '../options/gate-options.ts'
import { type Given, value } from '../options/option.ts'
import { count, duration } from '../options/values.ts'
import { queueAddress } from '../queue/queue-address.ts'
import { QUEUE_OPTIONS } from '../queue/queue-options.ts'
import { timesOf, workText } from '../queue/worker-times.ts'
import { buildOf } from '../version.ts'
import type { Command } from './command.ts'

const NOTES = `
A worker takes points of sweeps from a queue, simulates them, and returns their results to \`onpath sweep --queue\`. Any
number of workers can come and go: the points of one that has died are taken over by others. A worker takes points of
its own build of onpath only, and runs nothing but scenarios. It works until it gets SIGTERM or SIGINT.

Environment:
  ONPATH_QUEUE_PASSWORD  the password of the server
  ONPATH_QUEUE_SECRET    a secret that sweeps and workers share: jobs and results that were not made with it are refused

Examples:
  onpath worker --queue redis://localhost:6379
  onpath worker --queue rediss://worker@queue.example.com --queue-ca ca.crt --jobs 8
  onpath worker --queue redis://localhost:6379 --idle 30s`

const WORKER_OPTIONS = {
  ...QUEUE_OPTIONS,
  jobs,
  maxEvents: value('<number>', 'refuse points that may have more simulated events than this', count),
  lock: value(
    '<duration>',
    'the time after which others take over the points of a worker that died (default: 30s)',
    duration,
  ),
  idle: value('<duration>', 'end after this time without a point', duration),
}

export const worker: Command<readonly [], typeof WORKER_OPTIONS> = {
  arguments: [],
  options: WORKER_OPTIONS,
  notes: NOTES,
  run: (_, options, context) => work(options, context),
}

async function work(options: Given<typeof WORKER_OPTIONS>, { io, simulate, exit }: Context): Promise<void> {
  if (options.queue === undefined) throw new UsageError('name the queue with --queue, such as redis://localhost:6379')
  const address = queueAddress(options.queue, options, io.environment)
  const interruption = io.listenForInterruption()
  const build = buildOf()
  const { PointWorker } = await import('../queue/point-worker.ts')
  const open = await PointWorker.open(address, {
    build,
    jobs: jobsOf(options.jobs),
    maxEvents: options.maxEvents ?? null,
    ...timesOf(options),
    simulate,
    interruption,
    notify: (text) => io.err(`onpath: ${text}\n`),
  })
  io.err(`onpath: worker of build ${build} at ${address.name}\n`)
  io.err(`onpath: ${workText(await open.run())}\n`)
  exit(interruption.aborted ? interruption.reason : EXIT.ok)
}
