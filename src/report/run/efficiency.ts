import type { WorkloadResult } from '../../measure/result.ts'

/** What a delivered body byte cost on the wire; null where no body byte arrived. */
export function wireBytesPerBodyByte(workload: WorkloadResult): number | null {
  return workload.deliveredBytes === 0 ? null : workload.wireBytes / workload.deliveredBytes
}
