import { runService } from '../run-service.js'
import { OperationServiceModule } from './operation-service.module.js'

await runService(OperationServiceModule, 'operation-service')
