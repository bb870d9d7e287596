import { RUN_FORMATS } from '../../report/formats.ts'
import { maxMemory } from '../options/budget-options.ts'
import { CI_OPTIONS } from '../options/ci-options.ts'
import { formatOptions } from '../options/format-options.ts'
import { flag, type Given, repeated, text, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { count, date, duration, size } from '../options/values.ts'

export const RUN_OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...formatOptions(RUN_FORMATS),
  watch: flag('run again whenever a scenario or attack file is saved'),
  all: flag('with --joint: print every row, however many there are'),
  out: text('<folder>', 'write scenario, results and packet digests to this folder'),
  report: text('<file>', 'write a report in HTML to this file: verdict, network, attacks, charts'),
  maxEvents: value('<number>', 'stop after this number of simulated events (exit code 7)', count),
  maxMemory,
  printConfig: flag('print the whole scenario with the origin of each value, and do not run it'),
  perInstance: flag('also show each workload on each instance of its path'),
  samples: text(
    '<file>',
    'write congestion windows, round-trip times, queues and rates over time to this file, as CSV',
  ),
  sampleEvery: value('<duration>', 'time between two samples (default: 10ms)', duration),
  samplesOf: repeated(
    '<name>',
    'sample the connections and links of this path, or this link, segment or host (default: every path)',
  ),
  pcap: text('<file>', 'write the packets to this file, for Wireshark (pcapng)'),
  pcapOf: text(
    '<name>',
    'capture only this link or segment, the links of this host, or what this attacker sees (default: everything)',
  ),
  pcapPlaintext: text(
    '<file>',
    'write what the host or attacker of --pcap-of can decrypt to this file, as packets without encryption (pcapng)',
  ),
  pcapSize: value('<size>', 'leave out packets when a capture is larger than this (default: 1GiB)', size),
  today: value('<date>', 'the day for which `accept` is evaluated, such as 2027-03-01 (default: today)', date),
  ...CI_OPTIONS,
  baseline: text(
    '<run>',
    'print what differs from this earlier run folder, and fail only if a verdict is worse (exit code 5) or an expectation is no longer met',
  ),
}

export type RunOptions = Given<typeof RUN_OPTIONS>
