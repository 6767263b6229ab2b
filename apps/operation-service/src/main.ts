import * as kafkajs from 'kafkajs'
console.log('operation-service', typeof kafkajs.Kafka)
