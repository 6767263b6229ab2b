import { runService } from '../run-service.js'
import { UserServiceModule } from './user-service.module.js'

await runService(UserServiceModule, 'user-service')
