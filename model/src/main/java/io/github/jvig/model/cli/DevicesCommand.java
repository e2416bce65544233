package io.github.jvig.model.cli;

import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Devices;
import java.io.IOException;
import picocli.CommandLine;

/** What models can run on. */
@CommandLine.Command(name = "devices", description = "List the devices that models can run on; * is the default.")
final class DevicesCommand extends Command {
    DevicesCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        String fastest = Devices.named("auto").name();
        Table table = new Table("", "device", "description");
        for (Device device : Devices.all()) {
            table.row(device.name().equals(fastest) ? "*" : "", device.name(), device.description());
        }
        console.print(table.lines());
        for (String absence : Devices.absences()) {
            console.print(absence);
        }
        return Main.OK;
    }
}
