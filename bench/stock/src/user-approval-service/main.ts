import { runService } from '../run-service.js'
import { UserApprovalServiceModule } from './user-approval-service.module.js'

await runService(UserApprovalServiceModule, 'user-approval-service')
