import * as kafkajs from 'kafkajs'
console.log('user-approval-service', typeof kafkajs.Kafka)
