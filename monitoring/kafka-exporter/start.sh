#!/bin/sh
# Starts kafka-exporter with the settings of the services: the same variables, from the same ConfigMap
# and Secret. The exporter takes one flag a broker, and spells the mechanisms in its own way.
set -eu

# The API versions to ask in. The default, 2.0.0, asks in some that Kafka 4 has no more.
set -- --kafka.version="${KAFKA_API_VERSION:-2.8.0}" --topic.exclude='^__' "$@"

IFS=,
for broker in $KAFKA_BROKERS; do set -- "$@" --kafka.server="$broker"; done
unset IFS

if [ "${KAFKA_SSL:-false}" = true ]; then set -- "$@" --tls.enabled; fi

if [ -n "${KAFKA_SASL_MECHANISM:-}" ]; then
  case $KAFKA_SASL_MECHANISM in
    scram-sha-256) mechanism=scram-sha256 ;;
    scram-sha-512) mechanism=scram-sha512 ;;
    *) mechanism=$KAFKA_SASL_MECHANISM ;;
  esac
  set -- "$@" --sasl.enabled --sasl.mechanism="$mechanism" --sasl.username="$KAFKA_SASL_USERNAME"
  # By the environment: everybody in the pod can read a command line.
  export SASL_USER_PASSWORD="$KAFKA_SASL_PASSWORD"
fi

exec "${KAFKA_EXPORTER:-kafka_exporter}" "$@"
